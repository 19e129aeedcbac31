/* A program to be profiled: works for some seconds.  App [SECONDS] */
public class App {
	static long fibonacci(int n) {
		return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
	}

	public static void main(String[] args) {
		long end = System.nanoTime() + 1000000000L * (args.length > 0 ? Integer.parseInt(args[0]) : 7);
		long sum = 0;
		while (System.nanoTime() < end)
			sum += fibonacci(25);
		System.out.println(sum);
	}
}
