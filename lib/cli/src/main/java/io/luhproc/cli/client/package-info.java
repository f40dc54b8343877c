/**
 * Requests to the HTTP API of a daemon over its unix socket. Start from {@link
 * io.luhproc.cli.client.DaemonClient}.
 *
 * <p>HTTP/1.1 is written by hand, because loading {@code java.net.http} takes longer than a whole
 * command. There are no threads: a request is sent at once, and its answer is read by the caller.
 */
@NullMarked
package io.luhproc.cli.client;

import org.jspecify.annotations.NullMarked;
