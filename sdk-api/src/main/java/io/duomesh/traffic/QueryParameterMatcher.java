package io.duomesh.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What a query parameter must be ({@code config.route.v3.QueryParameterMatcher}); its first value
 * counts, undecoded.
 *
 * @param name case counts
 * @param text what its value must be; null where only presence is asked for
 * @param present where {@code text} is null: whether it must be there
 */
public record QueryParameterMatcher(String name, @Nullable StringMatcher text, boolean present) {}
