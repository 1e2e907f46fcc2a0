/** From static lists, DNS and registries to traffic snapshots. */
@NullMarked
package io.duomesh.discovery;

import org.jspecify.annotations.NullMarked;
