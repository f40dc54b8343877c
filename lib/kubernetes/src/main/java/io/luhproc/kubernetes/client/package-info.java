/**
 * A client of the Kubernetes API: objects, lists in pages, watches and logs.
 *
 * <p>Start from {@link io.luhproc.kubernetes.client.ApiClient}. Its methods block; each has a
 * deadline. A stream has none, but is closed by silence.
 */
@NullMarked
package io.luhproc.kubernetes.client;

import org.jspecify.annotations.NullMarked;
