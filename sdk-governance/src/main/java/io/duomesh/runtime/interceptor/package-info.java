/**
 * The application's interceptors around a call, on both sides: whatever one does, the call ends.
 */
@NullMarked
package io.duomesh.runtime.interceptor;

import org.jspecify.annotations.NullMarked;
