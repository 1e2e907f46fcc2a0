/** What is tried again and when, and how much load a cluster takes. */
@NullMarked
package io.duomesh.governance.retry;

import org.jspecify.annotations.NullMarked;
