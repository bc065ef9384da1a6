package dev.braintrust.spring.autoconfigure.properties;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.console}.
 *
 * @param enabled Whether traces are kept in memory and shown under the path
 * '/braintrust'. Refused under the profiles 'prod', 'production' and 'live'.
 * @param port Port of a separate server on the loopback interface, or 0 for a free port.
 * An application with a web server does not need it. Other applications use 8790, or a
 * free port if that is taken.
 * @param maxMemory Maximum heap for traces, including attachments. Above it, the oldest
 * traces are dropped.
 * @param allowedHosts Names or addresses, without a port, under which the console may be
 * opened from other machines. Without any, it answers only on this machine.
 */
@ConfigurationProperties("braintrust.console")
public record ConsoleProperties(@DefaultValue("false") boolean enabled, @Nullable Integer port,
		@DefaultValue("64MB") DataSize maxMemory, @DefaultValue List<String> allowedHosts) {

}
