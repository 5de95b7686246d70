namespace Orleans.Mmu.Tests;

/// <summary>When a test that waits for a message or a phase gives up.</summary>
internal static class TestLimit
{
    /// <summary>
    /// A last resort against a test that hangs, in minutes: no test reaches it where the program works, however busy
    /// the machine is.
    /// </summary>
    public static TimeSpan Length { get; } = TimeSpan.FromMinutes(10);
}
