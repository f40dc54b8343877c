/**
 * Reads files of environment variables. Start from {@link io.luhproc.envfile.EnvFile}, which is
 * stateless and thread-safe.
 */
@NullMarked
package io.luhproc.envfile;

import org.jspecify.annotations.NullMarked;
