package dev.braintrust.spring.settings;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A login at a proxy that does not show itself.
 *
 * @param username the name of the user
 * @param password the password
 */
public record ProxyLogin(String username, String password) {

	public String header() {
		byte[] login = (this.username + ":" + this.password).getBytes(StandardCharsets.UTF_8);
		return "Basic " + Base64.getEncoder().encodeToString(login);
	}

	@Override
	public String toString() {
		return "******";
	}

}
