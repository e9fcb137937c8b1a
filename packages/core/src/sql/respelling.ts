/**
 * Functions of a text that give it in another spelling: compared with a value, they say which row is meant as the text itself does
 * (`lower(email) = $1`). Of whose rows they are that says nothing, as two tenants may be called alike.
 */
const respelling = new Set(["lower", "upper", "trim", "btrim", "ltrim", "rtrim"]);

export function isRespelling(name: string): boolean {
  return respelling.has(name.toLowerCase());
}
