/**
 * KafkaJS: a topic is a queue. What a message holds is text, so what was written into it is what is read.
 * https://kafka.js.org/docs/producing, https://kafka.js.org/docs/consuming
 */
import type { LibraryModel } from "../../trace/library.js";
import { siteKey } from "../../trace/value.js";
import { run, subscribe } from "./consumers.js";
import { sendBatch, sendMessages } from "./producers.js";
import { client, dataOf, library, producer, valueOf } from "./values.js";

export const kafkajs: LibraryModel = {
  name: library,
  packages: ["kafkajs", "@confluentinc/kafka-javascript"],
  clients: ["Kafka"],
  signs: ["kafkajs", "@confluentinc/kafka-javascript"],

  typed(external) {
    switch (external.path.at(-1)) {
      case "Kafka":
        return client;
      case "Producer":
      case "Transaction":
        return producer;
      case "Consumer":
        return valueOf({ type: "consumer", made: null });
      default:
        return null;
    }
  },

  construct: (external) => (external.path.at(-1) === "Kafka" ? client : null),

  callMethod(receiver, method, call, tracer) {
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        if (method === "producer") return producer;
        return method === "consumer" ? valueOf({ type: "consumer", made: siteKey(call.site) }) : null;
      case "producer":
        if (method === "send") return sendMessages(tracer, call);
        if (method === "sendBatch") return sendBatch(tracer, call);
        return method === "transaction" ? producer : null;
      case "consumer":
        if (method === "subscribe") subscribe(tracer, data.made, call);
        return method === "run" ? run(tracer, data.made, call) : null;
      default:
        return null;
    }
  },
};
