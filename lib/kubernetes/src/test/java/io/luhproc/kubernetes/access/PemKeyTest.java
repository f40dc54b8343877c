package io.luhproc.kubernetes.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import org.junit.jupiter.api.Test;

class PemKeyTest {
  @Test
  void rsaKeyIsReadInBothForms() throws Exception {
    RSAPrivateCrtKey pkcs8 = (RSAPrivateCrtKey) PemKey.parse(Keys.read("client.key"));
    RSAPrivateCrtKey pkcs1 = (RSAPrivateCrtKey) PemKey.parse(Keys.read("client-pkcs1.key"));
    assertThat(pkcs1).isEqualTo(pkcs8);
    assertThat(pkcs1.getModulus().bitLength()).isEqualTo(2048);
  }

  @Test
  void ecKeyIsReadInBothForms() throws Exception {
    ECPrivateKey pkcs8 = (ECPrivateKey) PemKey.parse(Keys.read("client-ec.key"));
    ECPrivateKey sec1 = (ECPrivateKey) PemKey.parse(Keys.read("client-sec1.key"));
    assertThat(sec1.getS()).isEqualTo(pkcs8.getS());
    assertThat(sec1.getParams().getOrder().bitLength()).isEqualTo(384);
  }

  @Test
  void ecParametersBeforeKeyAreSkipped() throws Exception {
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n";
    assertThat(PemKey.parse(parameters + Keys.read("client-sec1.key"))).isNotNull();
  }

  @Test
  void edwardsCurveKeyIsRead() throws Exception {
    assertThat(PemKey.parse(Keys.read("ed25519.key")).getAlgorithm()).isEqualTo("EdDSA");
  }

  @Test
  void encryptedKeyIsRefusedByName() {
    for (String name : new String[] {"encrypted.key", "encrypted-pkcs1.key"}) {
      assertThatThrownBy(() -> PemKey.parse(Keys.read(name)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the key is encrypted; ");
    }
  }

  @Test
  void damagedKeyIsRefusedWithoutQuotingIt() {
    String key = Keys.read("client-sec1.key");
    String body = key.substring(key.indexOf('\n') + 1, key.indexOf('\n') + 40);
    for (String damaged :
        new String[] {
          "",
          "secret",
          key.replace("EC PRIVATE", "DSA PRIVATE"),
          key.replace(body, ""),
          key.replace(body, "!".repeat(39)),
          "-----BEGIN EC PRIVATE KEY-----\nMIL/////\n-----END EC PRIVATE KEY-----",
          "-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----",
          "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        }) {
      assertThatThrownBy(() -> PemKey.parse(damaged))
          .as(damaged)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContainingAny(body, "secret");
    }
  }
}
