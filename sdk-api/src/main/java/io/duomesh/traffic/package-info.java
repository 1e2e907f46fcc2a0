/**
 * The traffic model: everything that a control plane, a registry, a file or a test can say about
 * where calls go, as immutable values. Names and defaults are those of Envoy's v3 API.
 */
@NullMarked
package io.duomesh.traffic;

import org.jspecify.annotations.NullMarked;
