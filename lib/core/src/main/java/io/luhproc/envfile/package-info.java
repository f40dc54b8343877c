/** Reads environment files. Start from {@link io.luhproc.envfile.EnvFile}. */
@NullMarked
package io.luhproc.envfile;

import org.jspecify.annotations.NullMarked;
