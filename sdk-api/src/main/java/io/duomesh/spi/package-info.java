/**
 * The contracts that extensions fill, each found by {@link java.util.ServiceLoader}: traffic
 * sources, registries, load balancers and filters.
 */
@NullMarked
package io.duomesh.spi;

import org.jspecify.annotations.NullMarked;
