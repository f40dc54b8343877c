package io.luhproc.process;

/**
 * What a process has read and written so far, see {@code /proc/PID/io} in proc(5).
 *
 * @param readChars bytes that it got from read(2) and the like, of files, pipes and sockets
 * @param writtenChars bytes that it gave to write(2) and the like
 * @param readBytes bytes that were fetched from a disk for it
 * @param writtenBytes bytes that are to be sent to a disk for it
 */
public record IoCounters(long readChars, long writtenChars, long readBytes, long writtenBytes) {}
