namespace Orleans.Mmu.Client.Exits;

/// <summary>For debugging this program: MMU_DEBUG=1 shows stack traces and every warning.</summary>
internal static class Debugging
{
    public static bool IsOn => Environment.GetEnvironmentVariable("MMU_DEBUG") == "1";
}
