package io.luhproc.daemon.config;

import java.nio.file.Path;

/**
 * The files of a TLS server, both in PEM.
 *
 * @param certificate the certificate, followed by those of its issuers
 * @param key its private key in PKCS #8, not encrypted, which only its user may read
 * @since 0.1
 */
public record TlsFiles(Path certificate, Path key) {}
