import { expect, test } from "vitest";
import { asked } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

test("a schema is one text in the object, the log and the read model, remade or not", async () => {
  const subject = await Subject.open();
  // In the order of bytes; an object of JavaScript would move the numbers to its front.
  const data = '{"chart":{"-":{},"0":{},"9":{"$a":{"1":{}}},"A":{}}}';
  await subject.stub.execute(asked({ kind: "insert-schema", version: "v1", data }));
  await subject.project();
  const schema = await subject.stub.schema("v1");
  const text = schema.ok ? schema.value.schema : "";
  expect(text).toContain(data.slice(0, -1));
  expect(await subject.exported()).toContain(`{"schema":${text}}`);
  const { schemas } = await subject.tables();
  expect(schemas).toMatchObject([{ version: "v1", schema: text }]);
  await subject.stub.rebuild();
  await subject.project();
  expect((await subject.tables())["schemas"]).toEqual(schemas);
});
