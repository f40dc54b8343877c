/**
 * Reads configuration files into service specifications.
 *
 * <p>Start from {@link io.luhproc.daemon.config.ConfigLoader}:
 *
 * <pre>{@code
 * DaemonConfig config = ConfigLoader.create().load(Path.of("luhproc.toml"));
 * }</pre>
 *
 * <p>A file passes through three steps: {@code TomlReader} or {@code YamlReader} parses it into
 * {@code ConfigNode}s, which carry their positions; the class of its format, such as {@code
 * LuhprocFormat}, reads their values through {@code TableReader}, which reports wrong types and
 * unknown keys; {@code ConfigBuilder} collects the services of all files and checks them together.
 */
@NullMarked
package io.luhproc.daemon.config;

import org.jspecify.annotations.NullMarked;
