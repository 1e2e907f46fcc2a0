/** What tests of RPC applications need: a scripted control plane, a clock that tests turn. */
@NullMarked
package io.duomesh.testing;

import org.jspecify.annotations.NullMarked;
