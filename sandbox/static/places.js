// Where blocks live: a message, a modal, the App Home. Each keeps what is filled in and sends what is done.

import { post } from "./api.js";

const SINGLE = { selected_option: "value", selected_user: null, selected_conversation: null, selected_channel: null };

// A plain value, as the control API takes it, out of Slack's state of an input.
export function plainValue(state) {
  const [key] = Object.keys(state ?? {}).filter((name) => name !== "type");
  if (!key) return null;
  const value = state[key];
  const external = state.type?.endsWith("external_select");
  if (key === "selected_option") return external ? value : (value?.value ?? null);
  if (key === "selected_options") return external ? value : value.map((option) => option.value);
  if (key === "rich_text_value") return value?.elements?.[0]?.elements?.map((one) => one.text).join("") ?? null;
  return key in SINGLE ? (value ?? null) : value;
}

// What a person has filled in and not yet sent, by view or message, block and action: it outlives a redrawing.
const drafts = new Map();

export function forget(id) {
  drafts.delete(id);
}

function draftOf(id) {
  if (!drafts.has(id)) drafts.set(id, {});
  return drafts.get(id);
}

// Only of blocks that are still there: an update may have taken some away.
export function filledIn(id, blocks) {
  const present = new Set(blocks.map((block) => block.block_id));
  return Object.fromEntries(Object.entries(structuredClone(draftOf(id))).filter(([block]) => present.has(block)));
}

export function placeOf(id, blocks, target, state, page) {
  const draft = draftOf(id);
  return {
    id,
    me: page.me,
    names: page.names,
    people: page.people,
    conversations: page.conversations,
    field: (block, element) => ({
      get: () => draft[block.block_id]?.[element.action_id] ?? plainValue(state?.[block.block_id]?.[element.action_id]),
      set: (value) => ((draft[block.block_id] ??= {})[element.action_id] = value),
    }),
    act: async (block, element, value) => {
      const clicked = { as: page.me, ...target, block_id: block.block_id, action_id: element.action_id, value, values: filledIn(id, blocks) };
      try {
        const answer = await post("clicks", clicked);
        page.report(id, answer.ok ? "" : answer.error);
      } catch (problem) {
        page.report(id, problem.message);
      }
    },
    suggest: async (block, element, query) => {
      const least = element.min_query_length ?? 3;
      if (query.length < least) return [{ options: [], note: `Type at least ${least} characters` }];
      const asked = { as: page.me, ...target, block_id: block.block_id, action_id: element.action_id, query };
      const answer = await post("options", asked);
      if (!answer.ok) return [{ options: [], note: `No answer: ${answer.error}` }];
      return answer.option_groups ?? [{ options: answer.options }];
    },
  };
}

