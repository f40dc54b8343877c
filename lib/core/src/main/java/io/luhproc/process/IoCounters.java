package io.luhproc.process;

/**
 * The I/O counters of a process since its start, see {@code /proc/PID/io} in proc(5).
 *
 * @param readChars bytes returned by read(2) and similar calls, from files, pipes and sockets
 * @param writtenChars bytes passed to write(2) and similar calls
 * @param readBytes bytes fetched from storage
 * @param writtenBytes bytes sent, or to be sent, to storage
 * @since 0.1
 */
public record IoCounters(long readChars, long writtenChars, long readBytes, long writtenBytes) {}
