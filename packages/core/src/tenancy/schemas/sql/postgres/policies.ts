/** Policies of row security. */
import type { PolicyVerb } from "../../../catalog/changes.js";
import {
  child,
  children,
  isNode,
  isSet,
  type Node,
  type SchemaChangeBody,
  strings,
  tableName,
  nameOf,
  text,
} from "./node.js";
import { termOf } from "./policy-terms.js";

/** Null for a node that is none of them. */
export function policyChange(node: Node): SchemaChangeBody | null {
  if (isNode(node["CreatePolicyStmt"])) return createPolicy(node["CreatePolicyStmt"]);
  if (isNode(node["AlterPolicyStmt"])) return alterPolicy(node["AlterPolicyStmt"]);
  if (isNode(node["DropStmt"])) return dropPolicy(node["DropStmt"]);
  if (isNode(node["RenameStmt"])) return renamePolicy(node["RenameStmt"]);
  return null;
}

const verbs: readonly PolicyVerb[] = ["select", "insert", "update", "delete"];

function createPolicy(body: Node): SchemaChangeBody {
  const command = text(body, "cmd_name") ?? "all";
  return {
    kind: "create-policy",
    table: tableName(child(body, "table")),
    policy: {
      name: text(body, "policy_name") ?? "",
      permissive: isSet(body, "permissive"),
      verbs: command === "all" ? verbs : verbs.filter((verb) => verb === command),
      roles: rolesOf(body),
      using: isNode(body["qual"]) ? termOf(body["qual"]) : null,
      check: isNode(body["with_check"]) ? termOf(body["with_check"]) : null,
    },
  };
}

function alterPolicy(body: Node): SchemaChangeBody {
  return {
    kind: "alter-policy",
    table: tableName(child(body, "table")),
    name: text(body, "policy_name") ?? "",
    to: null,
    roles: "roles" in body ? rolesOf(body) : null,
    using: isNode(body["qual"]) ? termOf(body["qual"]) : null,
    check: isNode(body["with_check"]) ? termOf(body["with_check"]) : null,
  };
}

/** The grammar takes one policy in a statement; its name stands after the table's. */
function dropPolicy(body: Node): SchemaChangeBody | null {
  const object = children(body, "objects")[0];
  if (text(body, "removeType") !== "OBJECT_POLICY" || !object) return null;
  const words = strings(child(object, "List"), "items");
  return {
    kind: "drop-policy",
    table: nameOf(words.slice(0, -1)),
    name: words.at(-1) ?? "",
    ifExists: isSet(body, "missing_ok"),
  };
}

function renamePolicy(body: Node): SchemaChangeBody | null {
  if (text(body, "renameType") !== "OBJECT_POLICY") return null;
  return {
    kind: "alter-policy",
    table: tableName(child(body, "relation")),
    name: text(body, "subname") ?? "",
    to: text(body, "newname") ?? "",
    roles: null,
    using: null,
    check: null,
  };
}

function rolesOf(body: Node): readonly string[] {
  return children(body, "roles").map((each) => {
    const role = child(each, "RoleSpec");
    const kind = text(role, "roletype") ?? "";
    return text(role, "rolename") ?? kind.replace("ROLESPEC_", "").toLowerCase();
  });
}
