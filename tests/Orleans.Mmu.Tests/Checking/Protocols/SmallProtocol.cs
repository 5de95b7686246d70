namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>The headers of a small protocol, below which a test writes its phases.</summary>
internal static class SmallProtocol
{
    public const string Header =
        "protocol mine\nabout a test\norigin a test\nlevels 3, 0\nmap repaint\n";
}
