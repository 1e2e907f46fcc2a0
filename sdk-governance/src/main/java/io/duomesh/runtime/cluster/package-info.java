/** Clusters in use: their endpoints, the pick among them, and the connection to each. */
@NullMarked
package io.duomesh.runtime.cluster;

import org.jspecify.annotations.NullMarked;
