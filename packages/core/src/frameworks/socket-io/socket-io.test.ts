import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

test("events are heard on the sockets of a server, behind what it uses", () => {
  const entries = entered(`
    import { Server } from "socket.io";
    import { registerRooms } from "./rooms.js";
    const io = new Server(3000);
    io.use(function authenticate(socket, next) { socket.data.userId = "1"; next(); });
    io.on("connection", function connected(socket) {
      socket.on("pay", async function pay(invoice, answer) {});
      socket.on("disconnect", function left(reason) {});
      listen(socket);
    });
    function listen(socket) { socket.on("read", function read(id) {}); }
    io.of("/admin").on("connection", function admin(socket) {});`);
  expect(
    entries.map(
      ({ name, handler, parameters, before }) =>
        `${name} -> ${handler}(${parameters.join(", ")}) [${before.join()}]`,
    ),
  ).toEqual([
    "websocket connection -> connected(context client) [authenticate next]",
    "websocket pay -> pay(request message, request message.1) [authenticate next]",
    "websocket disconnect -> left(nothing) [authenticate next]",
    "websocket read -> read(request message) [authenticate next]",
    "websocket connection /admin -> admin(context client) []",
  ]);
});

test("a server that comes in as a parameter has handlers that are not all there is to it", () => {
  const entries = entered(`
    import type { Server } from "socket.io";
    export function listen(io: Server) { io.on("connection", function connected(socket) {}); }`);
  expect(entries.map(({ handler, isDetached }) => [handler, isDetached])).toEqual([["connected", true]]);
});

test("other things that have events are no servers", () => {
  expect(
    entered(`
      import { EventEmitter } from "node:events";
      import { io } from "socket.io-client";
      new EventEmitter().on("connection", (socket) => { socket.on("pay", () => {}); });
      io("/").on("connection", () => {});`),
  ).toEqual([]);
});
