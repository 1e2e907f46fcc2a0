/** Which cluster a request goes to, and how it is changed on the way: Envoy's route table. */
@NullMarked
package io.duomesh.governance.route;

import org.jspecify.annotations.NullMarked;
