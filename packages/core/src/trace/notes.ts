/**
 * What is worked out once about an object, kept on the object itself, where nobody else sees it and no copy takes it along: a
 * private field that is put on something of another class (ECMAScript's "return override"). A weak map does the same, and with
 * millions of values in it costs the garbage collector more than the working out.
 */
export interface Notes<O extends object, T> {
  get(object: O): T | undefined;
  set(object: O, note: T): void;
}

class Itself {
  constructor(object: object) {
    return object;
  }
}

export function notesOn<O extends object, T>(): Notes<O, T> {
  class Note extends Itself {
    #note: T;
    constructor(object: object, note: T) {
      super(object);
      this.#note = note;
    }
    static get(object: object): T | undefined {
      return #note in object ? object.#note : undefined;
    }
    static set(object: object, note: T): void {
      if (#note in object) object.#note = note;
      else new Note(object, note);
    }
  }
  return Note;
}
