package io.luhproc.daemon.http;

import java.util.function.Function;

/**
 * Answers a request with a stream.
 *
 * @param format the media type
 * @param opener opens the messages; its argument is to be called when there may be a new one
 */
record StreamReply(StreamFormat format, Function<Runnable, MessageSource> opener)
    implements Answer {}
