package io.duomesh.examples.quickstart;

/**
 * What a call brings back; it says who served it, so that calls can be counted.
 *
 * @param item what was ordered
 * @param port port of the instance that served the call
 * @param protocol what the call came over
 */
public record Receipt(String item, int port, String protocol) {}
