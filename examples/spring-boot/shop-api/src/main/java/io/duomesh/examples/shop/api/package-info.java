/** What the shop front and the order service share. */
package io.duomesh.examples.shop.api;
