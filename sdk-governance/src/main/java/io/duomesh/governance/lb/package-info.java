/**
 * Choosing an endpoint: health, priorities, localities, the balancing policies and their hashes.
 */
@NullMarked
package io.duomesh.governance.lb;

import org.jspecify.annotations.NullMarked;
