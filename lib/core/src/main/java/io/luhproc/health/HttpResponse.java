package io.luhproc.health;

/**
 * A response to a check.
 *
 * @param status the status
 * @param body the first 64 KiB of the body, decoded as UTF-8; possibly less if it was not asked for
 */
record HttpResponse(int status, String body) {}
