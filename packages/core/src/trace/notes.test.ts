import { describe, expect, it } from "vitest";
import { notesOn } from "./notes.js";

describe("a note on an object", () => {
  it("is known for that object, and nothing for another that looks the same", () => {
    const notes = notesOn<object, string>();
    const one = { id: 1 };
    notes.set(one, "first");
    expect(notes.get(one)).toBe("first");
    expect(notes.get({ id: 1 })).toBeUndefined();
  });

  it("goes into no copy, and is seen by nobody who lists what is in the object", () => {
    const notes = notesOn<object, string>();
    const one = { id: 1 };
    notes.set(one, "first");
    expect(notes.get({ ...one })).toBeUndefined();
    expect(Reflect.ownKeys(one)).toEqual(["id"]);
    expect(JSON.stringify(one)).toBe('{"id":1}');
  });

  it("is replaced by a later one", () => {
    const notes = notesOn<object, number | null>();
    const one = new Map();
    notes.set(one, 1);
    notes.set(one, null);
    expect(notes.get(one)).toBeNull();
  });

  it("is apart from what others note on the same object", () => {
    const [notes, others] = [notesOn<object, string>(), notesOn<object, string>()];
    const one = Object.freeze([1]);
    notes.set(one, "mine");
    expect(others.get(one)).toBeUndefined();
    others.set(one, "theirs");
    expect(notes.get(one)).toBe("mine");
  });
});
