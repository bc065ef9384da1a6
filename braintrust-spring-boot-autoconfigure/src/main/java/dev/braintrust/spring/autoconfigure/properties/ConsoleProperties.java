package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.console}.
 */
@ConfigurationProperties("braintrust.console")
public class ConsoleProperties {

	/**
	 * Whether traces are kept in memory and shown under the path '/braintrust'. Refused
	 * under the profiles 'prod', 'production' and 'live'.
	 */
	private boolean enabled = false;

	/**
	 * Port of a server of its own on the loopback interface, or 0 for a free one. An
	 * application with a web server needs none; any other uses 8790, or a free port if
	 * that is taken.
	 */
	private @Nullable Integer port;

	/**
	 * Maximum heap for traces, including attachments. Above it, the oldest traces are
	 * dropped.
	 */
	private DataSize maxMemory = DataSize.ofMegabytes(64);

	/**
	 * Names or addresses, without a port, under which the console may be opened from
	 * other machines. Without any, it answers on this machine alone.
	 */
	private List<String> allowedHosts = new ArrayList<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Integer getPort() {
		return this.port;
	}

	public void setPort(@Nullable Integer port) {
		this.port = port;
	}

	public DataSize getMaxMemory() {
		return this.maxMemory;
	}

	public void setMaxMemory(DataSize maxMemory) {
		this.maxMemory = maxMemory;
	}

	public List<String> getAllowedHosts() {
		return this.allowedHosts;
	}

	public void setAllowedHosts(List<String> allowedHosts) {
		this.allowedHosts = allowedHosts;
	}

}
