package io.duomesh.traffic;

/**
 * What a cookie must be ({@code config.route.v3.CookieMatcher}). An absent cookie is no match
 * unless inverted.
 *
 * @param name case counts
 * @param text what its value must be
 * @param invert whether the outcome is negated
 */
public record CookieMatcher(String name, StringMatcher text, boolean invert) {}
