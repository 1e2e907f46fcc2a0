package io.duomesh.examples.shop.api;

import java.io.Serializable;

/**
 * An order that was taken.
 *
 * @param id its number
 * @param item what was ordered
 * @param quantity how many
 * @param servedBy which instance of the order service answered
 */
public record Order(String id, String item, int quantity, String servedBy)
    implements Serializable {}
