/** From a control plane to traffic snapshots. */
@NullMarked
package io.duomesh.xds;

import org.jspecify.annotations.NullMarked;
