/**
 * Logs by the bulk API of Elasticsearch and OpenSearch. A document's id is a function of ledger and
 * log, so a batch that comes again overwrites itself.
 */
import { parseJson } from "../../core/json.ts";
import { isObject } from "../../core/json-read.ts";
import { rawMembers } from "../../core/json-members.ts";
import { err, ok } from "../../core/result.ts";
import type { ElasticsearchDestination } from "../destination.ts";
import type { KeptLog } from "../segments.ts";
import type { Delivery, Driver } from "./driver.ts";
import { basicAuth, parseUrl, post } from "./post.ts";

export function elasticsearchDriver(to: ElasticsearchDestination, ledger: string): Driver {
  return async (batch, signal) => {
    if (to.awsEnabled) {
      return err("requests signed for AWS are not possible here; use a username and password");
    }
    const endpoint = parseUrl(to.endpoint);
    if (!endpoint.ok) {
      return endpoint;
    }
    const url = endpoint.value;
    url.pathname = `${url.pathname.replace(/\/$/, "")}/_bulk`;
    url.searchParams.set("refresh", "true");
    const headers = {
      "Content-Type": "application/x-ndjson",
      ...(to.username === "" ? {} : basicAuth(to.username, to.password)),
    };
    const body = batch.map((log) => formatEntry(log, to.index, ledger)).join("");
    const answer = await post({ url, headers, body }, signal);
    return answer.ok ? readAnswer(answer.value) : answer;
  };
}

function formatEntry({ id, line }: KeptLog, index: string, ledger: string): string {
  const key = btoa(JSON.stringify({ logID: id, ledger }));
  const documentId = key.replaceAll("+", "-").replaceAll("/", "_");
  const action = JSON.stringify({ index: { _index: index, _id: documentId } });
  const payload = rawMembers(line).get("data") ?? "null";
  const module = JSON.stringify(ledger);
  return `${action}\n{"id":"${documentId}","payload":${payload},"module":${module}}\n`;
}

interface BulkAnswer {
  readonly errors?: boolean;
  readonly items?: readonly {
    readonly index?: { readonly error?: { readonly reason?: string } };
  }[];
}

/** The bulk API says 200 although it refused documents. */
function readAnswer(text: string): Delivery {
  const parsed = parseJson(text);
  if (!parsed.ok || !isObject(parsed.value)) {
    return err("the answer is not that of a bulk API");
  }
  const answer: BulkAnswer = parsed.value;
  if (answer.errors !== true) {
    return ok(undefined);
  }
  const refused = answer.items?.find(({ index }) => index?.error !== undefined);
  return err(`documents were refused: ${refused?.index?.error?.reason ?? "no reason given"}`);
}
