package dev.braintrust.spring.api;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * One connection of the client through a {@link ProxyTunnel}: first the request for a
 * tunnel, which is changed, then whatever either side sends, which is not looked at. All
 * of it happens on the thread of the tunnel.
 */
final class TunnelledConnection {

	private static final int BUFFER_SIZE = 16 * 1024;

	private static final byte[] NO_PROXY = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
		.getBytes(StandardCharsets.ISO_8859_1);

	private final SocketChannel client;

	private final SelectionKey clientKey;

	private final Selector selector;

	private final UnaryOperator<String> request;

	private final InetSocketAddress unresolved;

	// Ready to be filled.
	private final ByteBuffer toProxy = ByteBuffer.allocate(BUFFER_SIZE);

	private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER_SIZE);

	private @Nullable SocketChannel proxy;

	private @Nullable SelectionKey proxyKey;

	private boolean clientEnded;

	private boolean proxyEnded;

	TunnelledConnection(SocketChannel client, Selector selector, UnaryOperator<String> request, String host, int port)
			throws IOException {
		this.client = client;
		this.selector = selector;
		this.request = request;
		this.unresolved = InetSocketAddress.createUnresolved(host, port);
		client.configureBlocking(false);
		this.clientKey = client.register(selector, SelectionKey.OP_READ, this);
	}

	// Do what can be done.
	void go(SelectionKey key) {
		try {
			if (key.isValid() && key.isConnectable() && this.proxy != null) {
				connected(this.proxy);
			}
			if (this.proxy == null) {
				readRequest();
			}
			else if (this.proxy.isConnected()) {
				this.clientEnded = move(this.client, this.toProxy, this.proxy, this.clientEnded);
				this.proxyEnded = move(this.proxy, this.toClient, this.client, this.proxyEnded);
			}
			else if (key == this.clientKey && this.client.read(this.toProxy) < 0) {
				close();
			}
			waitForMore();
		}
		catch (IOException | RuntimeException ex) {
			close();
		}
	}

	private void readRequest() throws IOException {
		boolean ended = this.client.read(this.toProxy) < 0;
		String head = new String(this.toProxy.array(), 0, this.toProxy.position(), StandardCharsets.ISO_8859_1);
		if (head.endsWith("\r\n\r\n")) {
			byte[] changed = this.request.apply(head).getBytes(StandardCharsets.ISO_8859_1);
			if (changed.length > 0) {
				this.toProxy.clear().put(changed);
				connect();
				return;
			}
			ended = true;
		}
		if (ended || !this.toProxy.hasRemaining()) {
			close();
		}
	}

	private void connect() throws IOException {
		SocketChannel proxy = SocketChannel.open();
		this.proxy = proxy;
		proxy.configureBlocking(false);
		this.proxyKey = proxy.register(this.selector, SelectionKey.OP_CONNECT, this);
		try {
			if (proxy.connect(new InetSocketAddress(this.unresolved.getHostString(), this.unresolved.getPort()))) {
				connected(proxy);
			}
		}
		catch (IOException | UnresolvedAddressException ex) {
			noProxy();
		}
	}

	private void connected(SocketChannel proxy) throws IOException {
		try {
			proxy.finishConnect();
		}
		catch (IOException ex) {
			noProxy();
		}
	}

	private void noProxy() throws IOException {
		this.client.write(ByteBuffer.wrap(NO_PROXY));
		close();
	}

	// Whether the side that is read has ended.
	private static boolean move(SocketChannel from, ByteBuffer buffer, SocketChannel to, boolean ended)
			throws IOException {
		boolean over = ended || (buffer.hasRemaining() && from.read(buffer) < 0);
		buffer.flip();
		to.write(buffer);
		buffer.compact();
		if (over && buffer.position() == 0 && to.isOpen() && !to.socket().isOutputShutdown()) {
			to.shutdownOutput();
		}
		return over;
	}

	private void waitForMore() {
		SocketChannel proxy = this.proxy;
		SelectionKey proxyKey = this.proxyKey;
		boolean over = this.clientEnded && this.proxyEnded && this.toClient.position() == 0
				&& this.toProxy.position() == 0;
		if (over) {
			close();
		}
		if (!this.clientKey.isValid() || proxy == null || proxyKey == null || !proxyKey.isValid()) {
			return;
		}
		if (proxy.isConnected()) {
			this.clientKey.interestOps(interest(this.toProxy, this.clientEnded, this.toClient));
			proxyKey.interestOps(interest(this.toClient, this.proxyEnded, this.toProxy));
		}
		else {
			this.clientKey.interestOps(this.toProxy.hasRemaining() ? SelectionKey.OP_READ : 0);
		}
	}

	private static int interest(ByteBuffer read, boolean ended, ByteBuffer written) {
		return ((!ended && read.hasRemaining()) ? SelectionKey.OP_READ : 0)
				| ((written.position() > 0) ? SelectionKey.OP_WRITE : 0);
	}

	private void close() {
		try (SocketChannel one = this.client; SocketChannel other = this.proxy) {
			this.clientKey.cancel();
		}
		catch (IOException ex) {
			// What is not closed is garbage.
		}
	}

}
