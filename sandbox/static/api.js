// The control API, as the person at the page uses it.

async function request(path, options) {
  const response = await fetch(`/_control/${path}`, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || response.statusText);
  return body;
}

export function get(path, parameters, signal) {
  return request(`${path}?${new URLSearchParams(parameters)}`, { signal });
}

export function post(path, body) {
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
