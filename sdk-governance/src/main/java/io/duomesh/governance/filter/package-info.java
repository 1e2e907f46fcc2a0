/** Steps around calls that configuration asks for: rate limits. They see no protocol. */
@NullMarked
package io.duomesh.governance.filter;

import org.jspecify.annotations.NullMarked;
