/**
 * The HTTP API of a daemon, and its page.
 *
 * <p>{@code HttpServer} opens the listeners. A request passes through {@code AccessHandler}, which
 * checks host, origin and token, {@code PageHandler}, which serves the page, and {@code
 * ApiHandler}, which writes what the {@code Route} of its path answers: a {@code Reply}, or a
 * {@code StreamReply} by an {@code EventStream}. {@code openapi.json} documents the routes.
 */
@NullMarked
package io.luhproc.daemon.http;

import org.jspecify.annotations.NullMarked;
