import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

function linesOf(source: string): readonly string[] {
  return entered(source).map(
    ({ name, handler, parameters }) => `${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

test("messages are heard on the sockets of a server", () => {
  expect(
    linesOf(`
      import WebSocket, { WebSocketServer } from "ws";
      const server = new WebSocketServer({ port: 3000 });
      server.on("connection", function connected(socket, request) {
        socket.on("message", function heard(data) {});
        socket.on("close", function closed() {});
        socket.addEventListener("message", function event({ data }) {});
      });
      new WebSocket.Server({ noServer: true }).on("connection", function again(socket) {});`),
  ).toEqual([
    "websocket connection -> connected(context client, context request)",
    "websocket message -> heard(request message, nothing)",
    "websocket message -> event(context event)",
    "websocket connection -> again(context client, context request)",
  ]);
});

test("messages that a client gets, and other emitters, are none", () => {
  expect(
    linesOf(`
      import WebSocket from "ws";
      import { EventEmitter } from "node:events";
      new WebSocket("wss://example.com").on("message", () => {});
      new EventEmitter().on("connection", (socket) => socket.on("message", () => {}));`),
  ).toEqual([]);
});
