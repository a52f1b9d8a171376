package io.slotgate.deploy.client;

import tools.jackson.databind.JsonNode;

/**
 * What the API answered.
 *
 * @param text the body as it came
 * @param json the body; missing if there was none
 */
public record Answer(String text, JsonNode json) {}
