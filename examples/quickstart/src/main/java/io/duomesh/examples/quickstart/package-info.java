/**
 * The main job of Duomesh in one terminal: a control plane, three instances of a service, a client.
 */
@NullMarked
package io.duomesh.examples.quickstart;

import org.jspecify.annotations.NullMarked;
