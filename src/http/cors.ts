/**
 * Cross-origin rules (contract §1.1.3): every origin may call and read, with credentials, by the
 * simple methods.
 */
const SIMPLE_METHODS = new Set(["GET", "POST", "HEAD"]);

export function isPreflight(request: Request): boolean {
  const { headers } = request;
  return headers.has("Origin") && headers.has("Access-Control-Request-Method");
}

/** 200 and empty on any path; a method that is not allowed gets no allowance. */
export function answerPreflight(request: Request): Response {
  const headers = new Headers({
    "Content-Type": "application/json",
    Vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
  });
  const method = request.headers.get("Access-Control-Request-Method")?.toUpperCase() ?? "";
  if (SIMPLE_METHODS.has(method)) {
    headers.set("Access-Control-Allow-Origin", request.headers.get("Origin") ?? "*");
    headers.set("Access-Control-Allow-Methods", method);
    headers.set("Access-Control-Allow-Credentials", "true");
    const wanted = request.headers.get("Access-Control-Request-Headers");
    if (wanted !== null) {
      headers.set("Access-Control-Allow-Headers", wanted);
    }
  }
  return new Response(null, { headers });
}

export function withCors(request: Request, response: Response): Response {
  const { headers } = response;
  headers.set("Vary", "Origin");
  const origin = request.headers.get("Origin");
  if (origin !== null) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Access-Control-Expose-Headers", "Count");
  }
  return response;
}
