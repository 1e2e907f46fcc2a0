/** The shop front: REST in front of the order service. */
package io.duomesh.examples.shop.front;
