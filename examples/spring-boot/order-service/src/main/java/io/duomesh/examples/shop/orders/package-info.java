/** The order service: RPC in front of a map. */
package io.duomesh.examples.shop.orders;
