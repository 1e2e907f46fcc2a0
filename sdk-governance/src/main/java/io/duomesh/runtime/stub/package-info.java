/** Java interfaces to calls and back: client proxies, reflective services, generic calls. */
@NullMarked
package io.duomesh.runtime.stub;

import org.jspecify.annotations.NullMarked;
