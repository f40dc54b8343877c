package io.luhproc.daemon.http;

/** What answers a request: a reply as a whole, or a stream. */
sealed interface Answer permits Reply, StreamReply {}
