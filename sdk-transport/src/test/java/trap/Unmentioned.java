package trap;

/** A value whose class and package no signature names. */
public record Unmentioned(String text) {}
